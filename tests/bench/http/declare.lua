-- SPDX-License-Identifier: Apache-2.0
-- For wrk: each request declares another supplier, or one of the first `suppliers` where a script sets that before this one, with a
-- product, its workforce and one finding; with the key in $PROBITY_KEY where there is one.
local headers = {["Content-Type"] = "application/json"}
local number = 0
local thread_number = 0
if os.getenv("PROBITY_KEY") then
	headers["Authorization"] = "Bearer " .. os.getenv("PROBITY_KEY")
end
local products = {"6109", "5201", "8517", "0306", "6802"}
local countries = {"BGD", "IND", "VNM", "CHN", "TUR", "DEU"}

function setup(thread)
	thread:set("id", thread_number)
	thread_number = thread_number + 1
end

function request()
	number = number + 1
	local supplier = suppliers and number % suppliers or number
	local body = string.format('{"supplier":{"name":"Example Garments %d-%d Ltd","country":"%s","city":"Example Town"},' ..
		'"products":[{"hs":"%s"}],"workforce":{"total":%d,"migrant":%d,"recruitment_fees":"unknown"},' ..
		'"findings":[{"indicator":"withholding_of_wages","state":"present","source":"audit_announced","date":"2025-11-02"}]}',
		id, supplier, countries[supplier % 6 + 1], products[number % 5 + 1], number % 3000 + 100, number % 100)
	return wrk.format("POST", "/v1/declarations", headers, body)
end

function done(summary, latency, requests)
	io.write(string.format("RATE %.0f P50 %.0f P99 %.0f BAD %d\n", summary.requests / (summary.duration / 1e6), latency:percentile(50),
		latency:percentile(99), summary.errors.status + summary.errors.read + summary.errors.timeout))
end
