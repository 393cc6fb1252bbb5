-- SPDX-License-Identifier: Apache-2.0
-- For wrk: one line of figures at the end.
function done(summary, latency, requests)
	io.write(string.format("RATE %.0f P50 %.0f P99 %.0f BAD %d\n", summary.requests / (summary.duration / 1e6), latency:percentile(50),
		latency:percentile(99), summary.errors.status + summary.errors.read + summary.errors.timeout))
end
