// SPDX-License-Identifier: Apache-2.0
// The way in needs no script of its own.
import '../frame/frame.js';
