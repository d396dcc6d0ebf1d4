/// Where the admin server listens: `HOST:PORT`, an IPv6 host in brackets. Port 0 picks a free one.
public struct AdminAddress: Sendable, Hashable, CustomStringConvertible {
    /// A name or an address, IPv6 without brackets.
    public var host: String
    /// 0…65535.
    public var port: UInt16

    /// An address.
    public init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }

    /// Reads `HOST:PORT` or `[HOST]:PORT`. Throws ``AdminError/badAddress(_:)``.
    public init(_ text: String) throws(AdminError) {
        guard let colon = text.lastIndex(of: ":") else { throw .badAddress(text) }
        let digits = text[text.index(after: colon)...]
        var host = text[..<colon]
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        if isBracketed { host = host.dropFirst().dropLast() }
        guard digits.allSatisfy({ $0.isASCII && $0.isNumber }), let port = UInt16(digits), !host.isEmpty,
            isBracketed == host.contains(":"), !host.contains(where: { "[]/ ".contains($0) })
        else { throw .badAddress(text) }
        self.init(host: String(host), port: port)
    }

    /// `HOST:PORT`, an IPv6 host in brackets.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
