/* The calls of PCRE2 that the program makes, with plain numbers only: JavaScript needs no structure of C. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <stdlib.h>

#define EXPORT(name) __attribute__((export_name(name)))

static int error_code;
static PCRE2_SIZE error_offset;

EXPORT("allocate") void *allocate(size_t size) { return malloc(size); }
EXPORT("release") void release(void *memory) { free(memory); }

/* Returns NULL for an invalid pattern: see compile_error and compile_error_offset. */
EXPORT("compile") pcre2_code *compile(const unsigned char *pattern, size_t length, unsigned options,
                                      unsigned longest_varying_lookbehind)
{
  pcre2_compile_context *context = pcre2_compile_context_create(NULL);
  pcre2_set_max_varlookbehind(context, longest_varying_lookbehind);
  pcre2_code *code = pcre2_compile(pattern, length, options, &error_code, &error_offset, context);
  pcre2_compile_context_free(context);
  return code;
}
EXPORT("compile_error") int compile_error(void) { return error_code; }
EXPORT("compile_error_offset") size_t compile_error_offset(void) { return error_offset; }
EXPORT("error_message") int error_message(int code, unsigned char *buffer, size_t size)
{
  return pcre2_get_error_message(code, buffer, size);
}
EXPORT("release_code") void release_code(pcre2_code *code) { pcre2_code_free(code); }

static unsigned number(const pcre2_code *code, unsigned what)
{
  unsigned value = 0;
  pcre2_pattern_info(code, what, &value);
  return value;
}
EXPORT("capture_count") unsigned capture_count(pcre2_code *code) { return number(code, PCRE2_INFO_CAPTURECOUNT); }
EXPORT("name_count") unsigned name_count(pcre2_code *code) { return number(code, PCRE2_INFO_NAMECOUNT); }
EXPORT("name_entry_size") unsigned name_entry_size(pcre2_code *code)
{
  return number(code, PCRE2_INFO_NAMEENTRYSIZE);
}
EXPORT("name_table") const unsigned char *name_table(pcre2_code *code)
{
  PCRE2_SPTR table = NULL;
  pcre2_pattern_info(code, PCRE2_INFO_NAMETABLE, &table);
  return table;
}

EXPORT("match_data") pcre2_match_data *match_data(pcre2_code *code)
{
  return pcre2_match_data_create_from_pattern(code, NULL);
}
EXPORT("release_match_data") void release_match_data(pcre2_match_data *data) { pcre2_match_data_free(data); }
EXPORT("ovector") size_t *ovector(pcre2_match_data *data) { return pcre2_get_ovector_pointer(data); }

static pcre2_match_context *limits;

EXPORT("match") int match(pcre2_code *code, const unsigned char *text, size_t length, pcre2_match_data *data,
                          unsigned match_limit, unsigned heap_kibibytes)
{
  if (limits == NULL) limits = pcre2_match_context_create(NULL);
  pcre2_set_match_limit(limits, match_limit);
  pcre2_set_heap_limit(limits, heap_kibibytes);
  return pcre2_match(code, text, length, 0, 0, data, limits);
}
