-- SPDX-License-Identifier: Apache-2.0
-- For wrk: declare.lua with 64 suppliers, whose names were screened before; the rest is another each time.
suppliers = 64
dofile(debug.getinfo(1, "S").source:match("^@(.*/)") .. "declare.lua")
