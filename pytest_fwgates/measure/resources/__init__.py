"""What processes under test use while a load runs: processor, memory, disks, network."""
