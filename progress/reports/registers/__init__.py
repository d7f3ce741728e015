"""The five books of the law (decree 30 Phụ lục IV), each with its columns in the law's words and order."""
