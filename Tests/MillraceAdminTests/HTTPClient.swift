import MillraceAdmin

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Speaks to a server on this machine in bytes, as no HTTP library would.
final class HTTPClient {
    struct Fault: Error { let what: String }

    struct Response {
        var status: Int
        var headers: [String: String]
        var body: String
    }

    private let descriptor: Int32
    private var received: [UInt8] = []

    init(_ address: AdminAddress) throws {
        var hints = addrinfo()
        #if canImport(Glibc)
            hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        #else
            hints.ai_socktype = SOCK_STREAM
        #endif
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, String(address.port), &hints, &list) == 0, let found = list?.pointee else {
            throw Fault(what: "no address")
        }
        defer { freeaddrinfo(list) }
        descriptor = socket(found.ai_family, found.ai_socktype, found.ai_protocol)
        guard descriptor >= 0, connect(descriptor, found.ai_addr, found.ai_addrlen) == 0 else {
            throw Fault(what: "not connected: \(errno)")
        }
        // A test that waits for ever says nothing.
        var limit = timeval(tv_sec: 20, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    deinit { close(descriptor) }

    func send(_ text: String) throws {
        let bytes = Array(text.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw Fault(what: "not sent: \(errno)") }
    }

    /// Says that nothing more comes.
    func finish() {
        #if canImport(Glibc)
            shutdown(descriptor, Int32(SHUT_WR))
        #else
            shutdown(descriptor, SHUT_WR)
        #endif
    }

    /// Whether something came that was not read, or the other side has closed the connection.
    var hasInput: Bool {
        var target = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&target, 1, 0) > 0
    }

    /// Reads one response; `hasBody` false: to a HEAD.
    func response(hasBody: Bool = true) throws -> Response {
        let end = Array("\r\n\r\n".utf8)
        var head: Int?
        while head == nil {
            head = received.indices.first { received[$0...].starts(with: end) }
            if head == nil, try receive() == 0 { throw Fault(what: "closed in the headers") }
        }
        let lines = String(decoding: received[..<(head ?? 0)], as: UTF8.self).split(separator: "\r\n")
        received.removeFirst((head ?? 0) + end.count)
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count >= 2, words[0] == "HTTP/1.1", let status = Int(words[1]) else {
            throw Fault(what: "no status line")
        }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { throw Fault(what: "bad header") }
            headers[line[..<colon].lowercased()] = String(line[line.index(after: colon)...].drop { $0 == " " })
        }
        let length = hasBody ? Int(headers["content-length"] ?? "") ?? 0 : 0
        while received.count < length { if try receive() == 0 { throw Fault(what: "closed in the body") } }
        let body = String(decoding: received[..<length], as: UTF8.self)
        received.removeFirst(length)
        return Response(status: status, headers: headers, body: body)
    }

    private func receive() throws -> Int {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0, errno != ECONNRESET { throw Fault(what: "nothing received: \(errno)") }
        received.append(contentsOf: buffer[..<max(0, count)])
        return max(0, count)
    }

    /// Whether `::1` is an address of this machine.
    static var hasIPv6: Bool {
        #if canImport(Glibc)
            let probe = socket(AF_INET6, Int32(SOCK_STREAM.rawValue), 0)
        #else
            let probe = socket(AF_INET6, SOCK_STREAM, 0)
        #endif
        guard probe >= 0 else { return false }
        defer { close(probe) }
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(probe, name, socklen_t(MemoryLayout<sockaddr_in6>.size)) == 0
            }
        }
    }

    /// One request on a connection of its own.
    static func get(
        _ address: AdminAddress, _ path: String, method: String = "GET", headers: String = ""
    ) throws -> Response {
        let client = try HTTPClient(address)
        try client.send("\(method) \(path) HTTP/1.1\r\nHost: millrace\r\n\(headers)\r\n")
        return try client.response(hasBody: method != "HEAD")
    }
}
