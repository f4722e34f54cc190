"""What a run is judged by, besides its profile: where policy lies, what is locked, its digest."""
