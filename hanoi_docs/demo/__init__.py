"""The living office of the demonstration. Everything happens through the same actions people use."""
