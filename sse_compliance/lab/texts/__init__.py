"""The texts that emulated devices print, each from a Cisco document, a transcript or a recording, which it names."""
