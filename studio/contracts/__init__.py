"""The shapes of data that cross studio's edges: files, requests and answers. They know the domain and nothing else."""
