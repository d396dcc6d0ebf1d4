import MillraceCMicrohttpd

/// A small HTTP/1.1 server on one thread of libmicrohttpd's. Only this file calls that library.
///
/// At most 64 connections, each with at most 16 KiB for its request line and headers, and closed after 10 s in which
/// nothing came or went. What is over a limit is refused by the library: 414, 431, or no connection.
final class HTTPServer: @unchecked Sendable {
    // `daemon` is written in `init` and taken by `stop`, which the owner calls once; the library does the rest.
    private var daemon: OpaquePointer?
    private let context: Unmanaged<Context>

    /// Answers on whatever thread the library calls it.
    typealias Responder = @Sendable (HTTPRequest) -> HTTPResponse

    fileprivate final class Context: Sendable {
        let respond: Responder
        init(respond: @escaping Responder) { self.respond = respond }
    }

    /// Serves on a listening socket, which the library takes over and closes with the server. On an error most of its
    /// paths close it too, so that it is not closed here: the number may be another file's by then.
    init(socket: ListeningSocket, respond: @escaping Responder) throws(AdminError) {
        context = Unmanaged.passRetained(Context(respond: respond))
        daemon = millrace_http_start(socket.descriptor, answerConnection, context.toOpaque(), 64, 10, 16_384)
        if daemon == nil {
            context.release()
            throw AdminError.notStarted
        }
    }

    /// Ends all connections and the thread, and closes the socket. Blocks until answers under way are done. Once.
    func stop() {
        guard let daemon else { return }
        self.daemon = nil
        MHD_stop_daemon(daemon)
        context.release()
    }
}

/// Called by the library for each request: first when its headers are in, then with pieces of its body, and at last
/// without one.
private func answerConnection(
    context: UnsafeMutableRawPointer?, connection: OpaquePointer?, path: UnsafePointer<CChar>?,
    method: UnsafePointer<CChar>?, version: UnsafePointer<CChar>?, upload: UnsafePointer<CChar>?,
    uploadCount: UnsafeMutablePointer<Int>?, state: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) -> MHD_Result {
    guard let context, let connection, let path, let method, let uploadCount, let state else { return .NO }
    let request = HTTPRequest(
        method: String(cString: method), path: String(cString: path), accept: header("Accept", of: connection))
    let takesNoBody = request.method == "GET" || request.method == "HEAD"
    if takesNoBody, state.pointee == nil {
        // An answer at the first call would close the connection after it. Any address marks the second.
        state.pointee = context
        return .YES
    }
    if uploadCount.pointee > 0 {
        uploadCount.pointee = 0
        return .YES
    }
    let server = Unmanaged<HTTPServer.Context>.fromOpaque(context).takeUnretainedValue()
    return send(server.respond(request), to: connection)
}

private func header(_ name: String, of connection: OpaquePointer) -> String? {
    MHD_lookup_connection_value(connection, .HEADER_KIND, name).map { String(cString: $0) }
}

/// The library copies the body, and leaves it out where the request was HEAD.
private func send(_ response: HTTPResponse, to connection: OpaquePointer) -> MHD_Result {
    let handle = response.body.withUnsafeBytes { body in
        // Not written to: the parameter is not const in C because it may also take memory over.
        MHD_create_response_from_buffer(
            body.count, UnsafeMutableRawPointer(mutating: body.baseAddress), .RESPMEM_MUST_COPY)
    }
    guard let handle else { return .NO }
    defer { MHD_destroy_response(handle) }
    let fixed = [
        ("Content-Type", response.mediaType), ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff"),
    ]
    for (name, value) in fixed + response.headers.map({ ($0.name, $0.value) }) {
        MHD_add_response_header(handle, name, value)
    }
    return MHD_queue_response(connection, UInt32(response.status), handle)
}
