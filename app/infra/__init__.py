"""Technical services that know nothing about reviews."""
