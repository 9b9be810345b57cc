"""How fast and how small Underseal is, measured side by side with the bare libraries; results in docs/benchmarks.md."""
