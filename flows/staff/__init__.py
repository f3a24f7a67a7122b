"""The walks of Bagian Hukum, the Kanwil and administrators: look, check, chase, arrange."""
