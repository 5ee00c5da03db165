"""Work on many models: threads on one machine, or an existing cluster, behind one seam."""
