"""The demo's book as data: the seller "Northline", its catalog, its customers and their stories; and who plays them."""
