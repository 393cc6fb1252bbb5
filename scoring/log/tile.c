/* SPDX-License-Identifier: Apache-2.0 */
#include "scoring/log/tile.h"

#include "scoring/log/lines.h"

#define GROUPS_MAX 7 /* of three digits, in 64 bits */
/* The last tile of the largest tree (PRB_TREE_SIZE_MAX), at level 0: six groups hold it, and ten
 * to the power of 18 stays within 63 bits. */
#define INDEX_MAX (INT64_MAX >> PRB_TILE_HEIGHT)
#define INDEX_GROUPS_MAX 6

/* Cuts what stands before the character off `rest`; all of it where there is none. */
static struct prb_span
cut(struct prb_span *rest, char at)
{
	const char *end = rest->n == 0 ? NULL : memchr(rest->p, at, rest->n);
	struct prb_span part = {rest->p, end == NULL ? rest->n : (size_t)(end - rest->p)};
	size_t n = end == NULL ? part.n : part.n + 1;

	rest->p += n;
	rest->n -= n;
	return part;
}

static bool
three_digits(const char *p, int64_t *index)
{
	for (int i = 0; i < 3; i++) {
		if (p[i] < '0' || p[i] > '9')
			return false;
		*index = *index * 10 + (p[i] - '0');
	}
	return true;
}

/* "x001/x234/067": groups of three digits, x before all but the last. */
static bool
read_index(struct prb_span text, uint64_t *out)
{
	int64_t index = 0;

	for (int groups = 0; groups < INDEX_GROUPS_MAX; groups++) {
		bool is_last = text.n == 3;

		if (!is_last && (text.n < 7 || text.p[0] != 'x' || text.p[4] != '/'))
			return false;
		if (!three_digits(text.p + (is_last ? 0 : 1), &index) || index > INDEX_MAX)
			return false;
		if (is_last) {
			*out = (uint64_t)index;
			return true;
		}
		/* A first group of nothing is one too many. */
		if (index == 0)
			return false;
		text.p += 5;
		text.n -= 5;
	}
	return false;
}

/* ".p/7" behind the index, where the tile is partial. */
static bool
read_width(struct prb_span *text, unsigned *out)
{
	int64_t width = PRB_TILE_HASHES;

	for (size_t i = 0; i + 3 < text->n; i++) {
		if (memcmp(text->p + i, ".p/", 3) != 0)
			continue;
		if (!prb_parse_int((struct prb_span){text->p + i + 3, text->n - i - 3}, 1,
			    PRB_TILE_HASHES - 1, &width))
			return false;
		text->n = i;
		break;
	}
	*out = (unsigned)width;
	return true;
}

bool
prb_tile_path_read(struct prb_span path, struct prb_tile *out)
{
	struct prb_span level = cut(&path, '/');
	struct prb_tile tile = {.entries = prb_span_is(level, "entries")};
	uint64_t number = 0;

	if (!tile.entries && (!prb_line_size(level, &number) || number > PRB_TILE_LEVEL_MAX))
		return false;
	tile.level = (unsigned)number;
	if (!read_width(&path, &tile.width) || !read_index(path, &tile.index))
		return false;
	*out = tile;
	return true;
}

void
prb_tile_path_write(const struct prb_tile *tile, struct prb_str *out)
{
	unsigned groups[GROUPS_MAX], count = 0;
	uint64_t rest = tile->index;

	do {
		groups[count++] = (unsigned)(rest % 1000);
		rest /= 1000;
	} while (rest > 0);
	if (tile->entries)
		prb_str_add_text(out, "entries/");
	else
		prb_str_addf(out, "%u/", tile->level);
	while (count-- > 1)
		prb_str_addf(out, "x%03u/", groups[count]);
	prb_str_addf(out, "%03u", groups[0]);
	if (tile->width < PRB_TILE_HASHES)
		prb_str_addf(out, ".p/%u", tile->width);
}

unsigned
prb_tile_width(uint64_t size, unsigned level, uint64_t index)
{
	uint64_t nodes = level * PRB_TILE_HEIGHT < 64 ? size >> (level * PRB_TILE_HEIGHT) : 0;
	uint64_t full = nodes / PRB_TILE_HASHES;

	if (index < full)
		return PRB_TILE_HASHES;
	return index == full ? (unsigned)(nodes % PRB_TILE_HASHES) : 0;
}
