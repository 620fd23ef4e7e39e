"""Reading what a post points at: pages behind links, words and QR codes in pictures."""
