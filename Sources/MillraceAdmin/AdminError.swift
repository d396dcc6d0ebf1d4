/// Why the admin server does not answer.
public enum AdminError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The address is not of the form `HOST:PORT`.
    case badAddress(String)
    /// The host has no address.
    case unknownHost(String, cause: String)
    /// The system refused the address; `code` is its error number.
    case cannotListen(address: String, code: Int32, cause: String)
    /// The HTTP library did not start: out of memory, threads or file descriptors.
    case notStarted

    /// What was found, what is allowed, what to do.
    public var description: String {
        switch self {
        case .badAddress(let text):
            "admin address '\(text)' is not HOST:PORT, such as 127.0.0.1:8080 or [::1]:8080 (port 0 picks a free one)"
        case .unknownHost(let host, let cause):
            "admin host '\(host)' cannot be looked up: \(cause)"
        case .cannotListen(let address, _, let cause):
            "admin address \(address) cannot be listened on: \(cause); name another port, or port 0 for a free one"
        case .notStarted:
            "the admin server did not start: no memory, threads or file descriptors left"
        }
    }
}
