/*
 * A stand-in for Tencent's libWeWorkFinanceSdk_C.so, by its documented interface, for tests: see README.md.
 * The "secret" given to Init is the folder in which it finds what to hand out and what to do wrong.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct { char folder[512]; } WeWorkFinanceSdk_t;
typedef struct { char *buf; int len; } Slice_t;
typedef struct { char *outindexbuf; int out_len; char *data; int data_len; int is_finish; } MediaData_t;

enum { CALLS_INIT, CALLS_CHAT, CALLS_DECRYPT, CALLS_MEDIA, LIVE_SLICES, LIVE_MEDIA, LIVE_SDKS, COUNTERS };
enum { FAULTS_MAX = 64, CHUNK = 524288, LIMIT_MAX = 1000 };

typedef struct { char function[16]; char when[64]; char action[128]; } Fault;

static char folder[512];
static int64_t unshared[COUNTERS];
static int64_t *counters = unshared;
static Fault faults[FAULTS_MAX];
static int fault_count;
static char *rows;
static size_t rows_len;
static struct timespec rows_read;
/* Where the last page ended, so that the next one need not be looked for from the front. */
static char *next_row;
static unsigned long long next_after;

static char *read_all(const char *name, size_t *len) {
  char path[1200];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (!file) return NULL;
  fseek(file, 0, SEEK_END);
  size_t size = (size_t)ftell(file);
  rewind(file);
  char *content = malloc(size + 1);
  *len = fread(content, 1, size, file);
  content[*len] = 0;
  fclose(file);
  return content;
}

/* Counts of calls outlive a crash, in a file; what is allocated belongs to one process. */
static void open_counters(void) {
  char path[600];
  snprintf(path, sizeof path, "%s/counters.bin", folder);
  int file = open(path, O_RDWR | O_CREAT, 0600);
  if (file < 0 || ftruncate(file, sizeof unshared) != 0) return;
  void *shared = mmap(NULL, sizeof unshared, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (shared == MAP_FAILED) return;
  if (counters == unshared) {
    counters = shared;
    for (int slot = LIVE_SLICES; slot < COUNTERS; slot++) counters[slot] = unshared[slot];
  }
}

static void read_faults(void) {
  size_t len;
  char *text = read_all("faults.txt", &len), *rest = text, *line;
  fault_count = 0;
  while (text && (line = strsep(&rest, "\n")) && fault_count < FAULTS_MAX) {
    Fault *fault = &faults[fault_count];
    if (sscanf(line, "%15s %63s %127[^\n]", fault->function, fault->when, fault->action) == 3) fault_count++;
  }
  free(text);
}

static void read_rows(void) {
  char path[600];
  struct stat facts;
  snprintf(path, sizeof path, "%s/rows.tsv", folder);
  if (stat(path, &facts) != 0) return;
  if (rows && facts.st_mtim.tv_sec == rows_read.tv_sec && facts.st_mtim.tv_nsec == rows_read.tv_nsec &&
      (size_t)facts.st_size == rows_len)
    return;
  free(rows);
  rows = read_all("rows.tsv", &rows_len);
  rows_read = facts.st_mtim;
  next_row = rows;
  next_after = 0;
}

/* The fault for the call of that number, or for what is in `content`; NULL for none. Dies here where told to. */
static const char *fault_of(const char *function, int64_t call, const char *content) {
  for (int i = 0; i < fault_count; i++) {
    Fault *fault = &faults[i];
    if (strcmp(fault->function, function) != 0) continue;
    int hit = fault->when[0] == '=' ? content && strstr(content, fault->when + 1) != NULL
                                    : strcmp(fault->when, "*") == 0 || atoll(fault->when) == call;
    if (!hit) continue;
    if (strcmp(fault->action, "crash") == 0) {
      signal(SIGSEGV, SIG_DFL);
      raise(SIGSEGV);
    }
    if (strcmp(fault->action, "hang") == 0) sleep(3600);
    return fault->action;
  }
  return NULL;
}

static int code_of(const char *action) { return action && action[0] >= '1' && action[0] <= '9' ? atoi(action) : 0; }

static void fill(Slice_t *out, const char *content, size_t len) {
  free(out->buf);
  out->buf = malloc(len + 1);
  memcpy(out->buf, content, len);
  out->buf[len] = 0;
  out->len = (int)len;
}

WeWorkFinanceSdk_t *NewSdk(void) {
  counters[LIVE_SDKS]++;
  return calloc(1, sizeof(WeWorkFinanceSdk_t));
}

void DestroySdk(WeWorkFinanceSdk_t *sdk) {
  counters[LIVE_SDKS]--;
  free(sdk);
}

int Init(WeWorkFinanceSdk_t *sdk, const char *corp, const char *secret) {
  if (!sdk || !corp || !*corp || !secret || !*secret) return 10000;
  snprintf(sdk->folder, sizeof sdk->folder, "%s", secret);
  snprintf(folder, sizeof folder, "%s", secret);
  open_counters();
  read_faults();
  return code_of(fault_of("Init", ++counters[CALLS_INIT], corp));
}

int GetChatData(WeWorkFinanceSdk_t *sdk, unsigned long long seq, unsigned int limit, const char *proxy,
                const char *passwd, int timeout, Slice_t *out) {
  if (!sdk || !sdk->folder[0] || !proxy || !passwd || timeout <= 0 || limit == 0 || limit > LIMIT_MAX) return 10000;
  const char *action = fault_of("GetChatData", ++counters[CALLS_CHAT], NULL);
  if (code_of(action)) return code_of(action);
  if (action && strncmp(action, "json:", 5) == 0) {
    fill(out, action + 5, strlen(action + 5));
    return 0;
  }
  read_rows();
  static const char head[] = "{\"errcode\":0,\"errmsg\":\"ok\",\"chatdata\":[";
  char *page = malloc(rows_len + sizeof head + 8);
  size_t used = sizeof head - 1;
  memcpy(page, head, used);
  unsigned int count = 0;
  char *line = seq >= next_after ? next_row : rows;
  while (line && *line && count < limit) {
    char *end = strchr(line, '\n'), *row = strchr(line, '\t');
    if (!end) end = line + strlen(line);
    unsigned long long number = strtoull(line, NULL, 10);
    if (row && row < end && number > seq) {
      if (count++) page[used++] = ',';
      memcpy(page + used, row + 1, (size_t)(end - row - 1));
      used += (size_t)(end - row - 1);
    }
    line = *end ? end + 1 : end;
    if (row && row < end) next_after = number;
  }
  next_row = line;
  memcpy(page + used, "]}", 2);
  used += 2;
  fill(out, page, action && strcmp(action, "truncate") == 0 ? used / 2 : used);
  free(page);
  return 0;
}

static uint32_t fnv(const unsigned char *bytes, size_t len) {
  uint32_t sum = 2166136261u;
  for (size_t i = 0; i < len; i++) sum = (sum ^ bytes[i]) * 16777619u;
  return sum;
}

static int value_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

static size_t from_base64(const char *text, unsigned char *out) {
  size_t len = 0;
  uint32_t bits = 0;
  int count = 0;
  for (; *text && *text != '='; text++) {
    int value = value_of(*text);
    if (value < 0) return 0;
    bits = bits << 6 | (uint32_t)value;
    if ((count += 6) >= 8) out[len++] = (unsigned char)(bits >> (count -= 8));
  }
  return len;
}

/* A keystream of xorshift32, seeded by the whole key; before the text its checksum, so that a wrong key is noticed. */
int DecryptData(const char *key, const char *message, Slice_t *out) {
  if (!key || !*key || !message || !*message) return 10000;
  unsigned char *sealed = malloc(strlen(message) + 4);
  size_t len = from_base64(message, sealed);
  uint32_t state = fnv((const unsigned char *)key, strlen(key)) | 1;
  for (size_t i = 4; i < len; i++) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    sealed[i] ^= (unsigned char)state;
  }
  uint32_t sum = len < 4 ? 0 : (uint32_t)sealed[0] | (uint32_t)sealed[1] << 8 | (uint32_t)sealed[2] << 16 | (uint32_t)sealed[3] << 24;
  int code = len < 4 || fnv(sealed + 4, len - 4) != sum ? 10006 : 0;
  sealed[len] = 0;
  int64_t call = ++counters[CALLS_DECRYPT];
  const char *action = fault_of("DecryptData", call, code ? NULL : (char *)sealed + 4);
  if (code_of(action)) code = code_of(action);
  if (!code) fill(out, (char *)sealed + 4, len - 4);
  free(sealed);
  return code;
}

int GetMediaData(WeWorkFinanceSdk_t *sdk, const char *index, const char *file_id, const char *proxy,
                 const char *passwd, int timeout, MediaData_t *out) {
  if (!sdk || !index || !file_id || !proxy || !passwd || timeout <= 0 || strchr(file_id, '/')) return 10000;
  const char *action = fault_of("GetMediaData", ++counters[CALLS_MEDIA], file_id);
  if (code_of(action)) return code_of(action);
  long from = 0, to = CHUNK - 1;
  if (*index && sscanf(index, "Range:bytes=%ld-%ld", &from, &to) != 2) return 10000;
  char name[400];
  snprintf(name, sizeof name, "media/%s", file_id);
  size_t len;
  char *content = read_all(name, &len);
  if (!content || (size_t)from > len) {
    free(content);
    return 10005;
  }
  size_t count = len - (size_t)from < CHUNK ? len - (size_t)from : CHUNK;
  out->data = malloc(count + 1);
  memcpy(out->data, content + from, count);
  free(content);
  if (action && strcmp(action, "garble") == 0 && count > 0) out->data[0] ^= 0x55;
  out->data_len = (int)count;
  long next = from + (long)count;
  out->is_finish = (size_t)next >= len;
  out->outindexbuf = malloc(64);
  out->out_len = snprintf(out->outindexbuf, 64, "Range:bytes=%ld-%ld", next, next + CHUNK - 1);
  return 0;
}

Slice_t *NewSlice(void) {
  counters[LIVE_SLICES]++;
  return calloc(1, sizeof(Slice_t));
}

void FreeSlice(Slice_t *slice) {
  counters[LIVE_SLICES]--;
  free(slice->buf);
  free(slice);
}

char *GetContentFromSlice(Slice_t *slice) { return slice->buf; }
int GetSliceLen(Slice_t *slice) { return slice->len; }

MediaData_t *NewMediaData(void) {
  counters[LIVE_MEDIA]++;
  return calloc(1, sizeof(MediaData_t));
}

void FreeMediaData(MediaData_t *media) {
  counters[LIVE_MEDIA]--;
  free(media->outindexbuf);
  free(media->data);
  free(media);
}

char *GetOutIndexBuf(MediaData_t *media) { return media->outindexbuf; }
char *GetData(MediaData_t *media) { return media->data; }
int GetIndexLen(MediaData_t *media) { return media->out_len; }
int GetDataLen(MediaData_t *media) { return media->data_len; }
int IsMediaDataFinish(MediaData_t *media) { return media->is_finish; }
