"""One pure function a criterion: from the framework to findings."""
