// Laying out 500 steps takes seconds: here it does not stop anybody's hand. elk speaks its own protocol with `elk-api.js`.
import "elkjs/lib/elk-worker.min.js";
