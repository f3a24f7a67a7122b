"""What a file is, told by its content, with the readers of strangers' files held in a process apart."""
