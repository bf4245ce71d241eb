"""What the book is made with, and coursework does not need."""
