"""From parameters and recordings to a quantized model and its golden vectors."""
