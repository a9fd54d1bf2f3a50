/* escape.h - strangers' text on its way into a page. */
#ifndef ALLOT_STUDY_ESCAPE_H
#define ALLOT_STUDY_ESCAPE_H

#include "base/text.h"

/* Appends a text for HTML, also within an attribute in double quotes: & < > " ' become
 * references; bytes that are no UTF-8 and control characters become U+FFFD. */
void escape_html(struct text *out, const char *string);

/* Appends a text for a line of Markdown, where none of it is markup: what could be stands
 * behind a backslash, < > & are references, line ends are blanks. */
void escape_markdown(struct text *out, const char *string);

#endif
