"""What a ballot holds, how saved cells change it, and the friendly questions before sending."""
