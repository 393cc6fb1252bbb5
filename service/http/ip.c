/* SPDX-License-Identifier: Apache-2.0 */
#include "service/http/ip.h"

#include <arpa/inet.h>
#include <string.h>

#define TEXT_BYTES_MAX INET6_ADDRSTRLEN /* with NUL; a longer text is no address */

static const uint8_t mapped[12] = {[10] = 0xFF, [11] = 0xFF};

void
prb_ip_map(const void *four, uint8_t out[PRB_IP_BYTES])
{
	memcpy(out, mapped, sizeof mapped);
	memcpy(out + sizeof mapped, four, PRB_IP_BYTES - sizeof mapped);
}

bool
prb_ip_read(struct prb_span text, uint8_t out[PRB_IP_BYTES], unsigned *bits)
{
	char bytes[TEXT_BYTES_MAX];
	struct in_addr four;

	if (text.n == 0 || text.n >= sizeof bytes || memchr(text.p, '\0', text.n) != NULL)
		return false;
	memcpy(bytes, text.p, text.n);
	bytes[text.n] = '\0';
	*bits = 32;
	if (inet_pton(AF_INET, bytes, &four) == 1) {
		prb_ip_map(&four, out);
		return true;
	}
	*bits = 128;
	return inet_pton(AF_INET6, bytes, out) == 1;
}

bool
prb_ip_is_four(const uint8_t address[PRB_IP_BYTES])
{
	return memcmp(address, mapped, sizeof mapped) == 0;
}

/* RFC 1122 section 3.2.1.3 and RFC 4291 section 2.5.3. */
bool
prb_ip_is_loopback(const uint8_t address[PRB_IP_BYTES])
{
	static const uint8_t one[PRB_IP_BYTES] = {[PRB_IP_BYTES - 1] = 1};

	if (prb_ip_is_four(address))
		return address[sizeof mapped] == 127;
	return memcmp(address, one, sizeof one) == 0;
}
