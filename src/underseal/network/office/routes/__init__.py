"""The office's routes, one file per noun; what a reseller may ask is in `shop`."""
