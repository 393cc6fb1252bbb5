/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one file in C++: ICU's C interface to MessageFormat has no named arguments, and numbered ones
 * invite translators to mix them up. Nothing but that interface is here, and no exception and no
 * container: ICU reports by its error codes.
 */
#include <mutex>
#include <new>

#include <unicode/bytestream.h>
#include <unicode/datefmt.h>
#include <unicode/msgfmt.h>
#include <unicode/timezone.h>

#include "clients/render/pattern.h"

#define ARGUMENTS_MAX 8

/* ICU makes parts of a format when they are first needed, also where it says const. */
struct prb_pattern {
	icu::MessageFormat *format;
	std::mutex lock;
};

struct prb_pattern_days {
	icu::DateFormat *format;
	std::mutex lock;
};

namespace
{

class Sink : public icu::ByteSink
{
      public:
	explicit Sink(struct prb_str *out) : out_(out)
	{
	}
	void Append(const char *bytes, int32_t n) override
	{
		prb_str_add(out_, bytes, (size_t)n);
	}

      private:
	struct prb_str *out_;
};

icu::UnicodeString
utf16(struct prb_span text)
{
	return icu::UnicodeString::fromUTF8(icu::StringPiece(text.p, (int32_t)text.n));
}

bool
put(const icu::UnicodeString &text, UErrorCode status, struct prb_str *out)
{
	if (U_FAILURE(status) || text.isBogus())
		return false;
	Sink sink(out);
	text.toUTF8(sink);
	return true;
}

} // namespace

extern "C" struct prb_pattern *
prb_pattern_create(const char *locale, const char *text)
{
	UErrorCode status = U_ZERO_ERROR;
	UParseError where;
	struct prb_pattern *pattern = new (std::nothrow) prb_pattern;

	if (pattern == nullptr)
		return nullptr;
	pattern->format = new icu::MessageFormat(icu::UnicodeString::fromUTF8(text),
		icu::Locale::forLanguageTag(locale, status), where, status);
	if (pattern->format != nullptr && U_SUCCESS(status))
		return pattern;
	prb_pattern_destroy(pattern);
	return nullptr;
}

extern "C" void
prb_pattern_destroy(struct prb_pattern *pattern)
{
	if (pattern != nullptr)
		delete pattern->format;
	delete pattern;
}

extern "C" bool
prb_pattern_format(struct prb_pattern *pattern, const struct prb_pattern_argument *arguments,
	size_t count, struct prb_str *out)
{
	UErrorCode status = U_ZERO_ERROR;
	icu::UnicodeString names[ARGUMENTS_MAX], text;
	icu::Formattable values[ARGUMENTS_MAX];

	if (count > ARGUMENTS_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		names[i] = icu::UnicodeString(arguments[i].name, -1, US_INV);
		if (arguments[i].is_number)
			values[i].setInt64(arguments[i].number);
		else
			values[i].setString(utf16(arguments[i].text));
	}
	std::lock_guard<std::mutex> guard(pattern->lock);
	pattern->format->format(names, values, (int32_t)count, text, status);
	return put(text, status, out);
}

extern "C" struct prb_pattern_days *
prb_pattern_days_create(const char *locale)
{
	UErrorCode status = U_ZERO_ERROR;
	struct prb_pattern_days *days = new (std::nothrow) prb_pattern_days;

	if (days == nullptr)
		return nullptr;
	days->format =
		icu::DateFormat::createInstanceForSkeleton(icu::UnicodeString("yMMMd", -1, US_INV),
			icu::Locale::forLanguageTag(locale, status), status);
	if (days->format == nullptr || U_FAILURE(status)) {
		prb_pattern_days_destroy(days);
		return nullptr;
	}
	days->format->setTimeZone(*icu::TimeZone::getGMT());
	return days;
}

extern "C" void
prb_pattern_days_destroy(struct prb_pattern_days *days)
{
	if (days != nullptr)
		delete days->format;
	delete days;
}

extern "C" bool
prb_pattern_day(struct prb_pattern_days *days, int32_t day, struct prb_str *out)
{
	icu::UnicodeString text;

	std::lock_guard<std::mutex> guard(days->lock);
	days->format->format((UDate)day * 86400000.0, text);
	return put(text, U_ZERO_ERROR, out);
}
