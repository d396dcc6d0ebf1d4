#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Macros with casts, which Swift does not import.
static const int32_t MILLRACE_PARTITION_UNASSIGNED = RD_KAFKA_PARTITION_UA;
static const int32_t MILLRACE_PURGE_QUEUE = RD_KAFKA_PURGE_F_QUEUE;
static const int32_t MILLRACE_PURGE_IN_FLIGHT = RD_KAFKA_PURGE_F_INFLIGHT;

// One record to a producer. rd_kafka_produceva takes a union per field, which is awkward outside C. The headers are
// passed as one list: a HEADER field together with a forced, missing partition crashes librdkafka 2.0.2. On failure
// the list still belongs to the caller.
static inline rd_kafka_resp_err_t millrace_produce(
    rd_kafka_t *client, const char *topic, int32_t partition, int copy, const void *key, size_t key_size,
    const void *value, size_t value_size, int64_t timestamp, rd_kafka_headers_t *headers, void *token, char *reason,
    size_t reason_size) {
    rd_kafka_vu_t fields[8];
    size_t count = 0;
    fields[count].vtype = RD_KAFKA_VTYPE_TOPIC;
    fields[count++].u.cstr = topic;
    fields[count].vtype = RD_KAFKA_VTYPE_PARTITION;
    fields[count++].u.i32 = partition;
    fields[count].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    fields[count++].u.i = copy ? RD_KAFKA_MSG_F_COPY : 0;
    fields[count].vtype = RD_KAFKA_VTYPE_KEY;
    fields[count].u.mem.ptr = (void *)key;
    fields[count++].u.mem.size = key_size;
    fields[count].vtype = RD_KAFKA_VTYPE_VALUE;
    fields[count].u.mem.ptr = (void *)value;
    fields[count++].u.mem.size = value_size;
    fields[count].vtype = RD_KAFKA_VTYPE_TIMESTAMP;
    fields[count++].u.i64 = timestamp;
    fields[count].vtype = RD_KAFKA_VTYPE_OPAQUE;
    fields[count++].u.ptr = token;
    if (headers) {
        fields[count].vtype = RD_KAFKA_VTYPE_HEADERS;
        fields[count++].u.headers = headers;
    }
    rd_kafka_error_t *error = rd_kafka_produceva(client, fields, count);
    if (!error) return RD_KAFKA_RESP_ERR_NO_ERROR;
    rd_kafka_resp_err_t code = rd_kafka_error_code(error);
    const char *text = rd_kafka_error_string(error);
    size_t length = 0;
    while (length + 1 < reason_size && text[length]) {
        reason[length] = text[length];
        length++;
    }
    if (reason_size) reason[length] = 0;
    rd_kafka_error_destroy(error);
    return code;
}

// Wakes whoever waits on an eventfd or a pipe. A full counter or pipe has woken its reader already.
static inline void millrace_wake(int descriptor) {
    uint64_t one = 1;
    ssize_t written = write(descriptor, &one, sizeof one);
    (void)written;
}

// A partition list frees the metadata of its elements with free().
static inline void millrace_set_metadata(rd_kafka_topic_partition_t *element, const void *metadata, size_t size) {
    element->metadata = malloc(size ? size : 1);
    element->metadata_size = element->metadata ? size : 0;
    if (element->metadata) memcpy(element->metadata, metadata, size);
}

// Blocks the calling thread.
static inline void millrace_pause(int milliseconds) { usleep((useconds_t)milliseconds * 1000); }

// The length of a header's name, which librdkafka gives as C text only.
static inline size_t millrace_text_length(const char *text) { return strlen(text); }

// The address of an empty value, which is not null.
static inline const void *millrace_nothing(void) { return ""; }
