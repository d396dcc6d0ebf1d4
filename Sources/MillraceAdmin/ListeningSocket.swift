#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A TCP socket that listens. Made here rather than by the HTTP library, which does not say why it could not.
struct ListeningSocket {
    /// Where it listens: an address, and the port that was picked for port 0.
    let address: AdminAddress
    /// Whether only programs on this machine can reach it.
    let isLoopback: Bool
    /// Open; whoever takes the socket over closes it.
    let descriptor: Int32

    /// Listens on the first of the host's addresses that can be listened on.
    init(_ address: AdminAddress) throws(AdminError) {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = streamSocket
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(address.host, String(address.port), &hints, &list)
        guard status == 0 else {
            throw .unknownHost(address.host, cause: gai_strerror(status).map { String(cString: $0) } ?? "unknown")
        }
        defer { freeaddrinfo(list) }
        var failure = EADDRNOTAVAIL
        var next = list
        while let candidate = next?.pointee {
            next = candidate.ai_next
            let descriptor = socket(candidate.ai_family, candidate.ai_socktype, candidate.ai_protocol)
            guard descriptor >= 0 else {
                failure = errno
                continue
            }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
            // A restart must not wait for connections of the run before to be forgotten.
            var yes: Int32 = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
            if bind(descriptor, candidate.ai_addr, candidate.ai_addrlen) == 0, listen(descriptor, 64) == 0,
                let (bound, isLoopback) = Self.name(of: descriptor)
            {
                self.address = bound
                self.isLoopback = isLoopback
                self.descriptor = descriptor
                return
            }
            failure = errno
            close(descriptor)
        }
        throw .cannotListen(address: "\(address)", code: failure, cause: String(cString: strerror(failure)))
    }

    /// The address that the system gave it.
    private static func name(of descriptor: Int32) -> (AdminAddress, isLoopback: Bool)? {
        var storage = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        var host = [CChar](repeating: 0, count: 256)
        var port = [CChar](repeating: 0, count: 32)
        let status = withUnsafeMutablePointer(to: &storage) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                guard getsockname(descriptor, name, &size) == 0 else { return Int32(-1) }
                return getnameinfo(
                    name, size, &host, socklen_t(host.count), &port, socklen_t(port.count),
                    NI_NUMERICHOST | NI_NUMERICSERV)
            }
        }
        guard status == 0, let number = UInt16(Self.text(port)) else { return nil }
        let address = AdminAddress(host: Self.text(host), port: number)
        return (address, address.host.hasPrefix("127.") || address.host == "::1")
    }

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

#if canImport(Glibc)
    private let streamSocket = Int32(SOCK_STREAM.rawValue)
#else
    private let streamSocket = SOCK_STREAM
#endif
