"""The front door: joining, Today, the definitions behind every figure."""
