"""Looks at every page as its users get it: accessibility, markup, the four marks of Lighthouse, weight, pictures."""
