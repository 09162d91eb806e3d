// A report that somebody else reads: nothing to save, only folds.
import { followAddress } from "./unfolding.js";

followAddress();
