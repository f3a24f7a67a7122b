"""The walks of an office's contact, from the invitation to the sending, and of whoever answers for one."""
