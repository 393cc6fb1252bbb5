/* SPDX-License-Identifier: Apache-2.0 */
/* In C++ as ICU's MessagePattern has no C interface. */
#include <cstdio>
#include <memory>
#include <set>
#include <string>

#include <unicode/messagepattern.h>
#include <unicode/plurrule.h>
#include <unicode/strenum.h>

#include "tests/unit/pattern_check.h"

namespace
{

std::set<std::string>
categories_of(const char *locale)
{
	UErrorCode status = U_ZERO_ERROR;
	std::set<std::string> out;
	std::unique_ptr<icu::PluralRules> rules(
		icu::PluralRules::forLocale(icu::Locale(locale), status));
	std::unique_ptr<icu::StringEnumeration> words(rules->getKeywords(status));

	while (const char *word = words->next(nullptr, status))
		out.insert(word);
	return out;
}

std::string
text_of(const icu::MessagePattern &pattern, int32_t part)
{
	std::string out;

	return pattern.getSubstring(pattern.getPart(part)).toUTF8String(out);
}

/* The selectors of the plural that starts at this part; those of plurals inside it are their own.
 */
void
find_missing(const icu::MessagePattern &pattern, int32_t start, std::set<std::string> *missing,
	const char *locale)
{
	std::set<std::string> wanted = categories_of(locale);

	for (int32_t i = start + 1; i < pattern.getLimitPartIndex(start); i++)
		if (pattern.getPartType(i) == UMSGPAT_PART_TYPE_ARG_SELECTOR)
			wanted.erase(text_of(pattern, i));
		else if (pattern.getPartType(i) == UMSGPAT_PART_TYPE_MSG_START)
			i = pattern.getLimitPartIndex(i);
	missing->insert(wanted.begin(), wanted.end());
}

void
join(const std::set<std::string> &words, char out[PATTERN_WORDS_BYTES])
{
	std::string all;

	for (const std::string &word : words)
		all += word + " ";
	snprintf(out, PATTERN_WORDS_BYTES, "%s", all.c_str());
}

} // namespace

extern "C" bool
pattern_read(const char *locale, const char *text, struct pattern_parts *parts)
{
	UErrorCode status = U_ZERO_ERROR;
	UParseError where;
	icu::MessagePattern pattern(icu::UnicodeString::fromUTF8(text), &where, status);
	std::set<std::string> names, plurals, missing;

	if (U_FAILURE(status))
		return false;
	for (int32_t i = 0; i < pattern.countParts(); i++) {
		UMessagePatternArgType type;

		if (pattern.getPartType(i) == UMSGPAT_PART_TYPE_ARG_NUMBER)
			return false;
		if (pattern.getPartType(i) != UMSGPAT_PART_TYPE_ARG_START)
			continue;
		type = pattern.getPart(i).getArgType();
		if (type != UMSGPAT_ARG_TYPE_NONE && type != UMSGPAT_ARG_TYPE_PLURAL)
			return false;
		names.insert(text_of(pattern, i + 1));
		if (type != UMSGPAT_ARG_TYPE_PLURAL)
			continue;
		plurals.insert(text_of(pattern, i + 1));
		find_missing(pattern, i, &missing, locale);
	}
	join(names, parts->arguments);
	join(plurals, parts->plurals);
	join(missing, parts->missing);
	return true;
}
