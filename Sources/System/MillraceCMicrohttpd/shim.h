#pragma once
#include <microhttpd.h>
#include <string.h>

// Keeps a path as it was sent: `%00` would end it.
static inline size_t millrace_http_keep(void *context, struct MHD_Connection *connection, char *text) {
    (void)context;
    (void)connection;
    return strlen(text);
}

// Swift does not see variadic functions. The daemon takes over the listening socket and closes it when it stops.
static inline struct MHD_Daemon *millrace_http_start(
    int listen_socket, MHD_AccessHandlerCallback handler, void *context, unsigned int connection_limit,
    unsigned int timeout_seconds, size_t connection_memory) {
    return MHD_start_daemon(
        MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, handler, context,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)listen_socket,
        MHD_OPTION_CONNECTION_LIMIT, connection_limit,
        MHD_OPTION_CONNECTION_TIMEOUT, timeout_seconds,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, connection_memory,
        MHD_OPTION_UNESCAPE_CALLBACK, millrace_http_keep, NULL,
        MHD_OPTION_END);
}
