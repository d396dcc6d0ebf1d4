/// Checks URI-references (RFC 3986 section 4.1) on their bytes. Nothing is repaired.
enum URIReference {
    private static let subDelimiters = ByteSet("!$&'()*+,;=")
    private static let unreserved = ByteSet.lettersAndDigits.union(ByteSet("-._~"))
    private static let registeredName = unreserved.union(subDelimiters)
    private static let userInformation = registeredName.union(ByteSet(":"))
    private static let path = userInformation.union(ByteSet("@/"))
    private static let query = path.union(ByteSet("?"))
    private static let scheme = ByteSet.lettersAndDigits.union(ByteSet("+-."))

    /// Whether the text is a URI-reference. `requiringScheme`: whether it is a URI.
    static func isValid(_ view: ByteView, requiringScheme: Bool = false) -> Bool {
        guard let start = view.start else { return false }
        let end = start + view.count
        // Most are a path of plain characters; a network path of them is right too.
        if !requiringScheme, isPlain(start, end) { return true }
        var position = start
        // A colon before any of "/?#" ends a scheme: the first segment of a relative path must not hold one.
        let first = find(start, end) { $0 == Ascii.colon || isDelimiter($0) }
        if first < end, first.pointee == Ascii.colon {
            guard first > start, Ascii.isLetter(start.pointee), all(start, first, in: scheme) else { return false }
            position = first + 1
        } else if requiringScheme {
            return false
        }
        if end - position >= 2, position[0] == Ascii.slash, position[1] == Ascii.slash {
            let authorityEnd = find(position + 2, end, isDelimiter)
            guard isAuthority(position + 2, authorityEnd) else { return false }
            position = authorityEnd
        }
        let pathEnd = find(position, end) { $0 == UInt8(ascii: "?") || $0 == UInt8(ascii: "#") }
        guard allOrEscaped(position, pathEnd, in: path) else { return false }
        position = pathEnd
        if position < end, position.pointee == UInt8(ascii: "?") {
            let queryEnd = find(position, end) { $0 == UInt8(ascii: "#") }
            guard allOrEscaped(position + 1, queryEnd, in: query) else { return false }
            position = queryEnd
        }
        return position == end || allOrEscaped(position + 1, end, in: query)
    }

    /// Whether there are only letters, digits, dots, hyphens and slashes.
    @inline(__always)
    private static func isPlain(_ start: BytePointer, _ end: BytePointer) -> Bool {
        var position = start
        while end - position >= 8 {
            let bytes = EightBytes(position)
            // '-', '.', '/' and the digits stand in a row.
            guard bytes.letters | bytes.within(Ascii.minus, Ascii.nine) == EightBytes.all else { return false }
            position += 8
        }
        while position < end {
            guard Ascii.isLetter(position.pointee) || position.pointee &- Ascii.minus <= Ascii.nine - Ascii.minus else {
                return false
            }
            position += 1
        }
        return true
    }

    @inline(__always)
    private static func isDelimiter(_ byte: UInt8) -> Bool {
        byte == Ascii.slash || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#")
    }

    @inline(__always)
    private static func find(_ start: BytePointer, _ end: BytePointer, _ matches: (UInt8) -> Bool) -> BytePointer {
        var position = start
        while position < end, !matches(position.pointee) { position += 1 }
        return position
    }

    @inline(__always)
    private static func all(_ start: BytePointer, _ end: BytePointer, in set: ByteSet) -> Bool {
        find(start, end) { !set.contains($0) } == end
    }

    /// Whether all between the positions is in the set or percent-encoded.
    @inline(__always)
    private static func allOrEscaped(_ start: BytePointer, _ end: BytePointer, in set: ByteSet) -> Bool {
        var position = start
        while position < end {
            if set.contains(position.pointee) {
                position += 1
                continue
            }
            guard position.pointee == UInt8(ascii: "%"), end - position >= 3, Ascii.hexValue(position[1]) != nil,
                Ascii.hexValue(position[2]) != nil
            else { return false }
            position += 3
        }
        return true
    }

    /// `[userinfo@]host[:port]`
    private static func isAuthority(_ start: BytePointer, _ end: BytePointer) -> Bool {
        var host = start
        let at = find(start, end) { $0 == UInt8(ascii: "@") }
        if at < end {
            guard allOrEscaped(start, at, in: userInformation) else { return false }
            host = at + 1
        }
        var hostEnd: BytePointer
        if host < end, host.pointee == Ascii.openBracket {
            hostEnd = find(host, end) { $0 == Ascii.closeBracket }
            guard hostEnd < end, isAddress(host + 1, hostEnd) else { return false }
            hostEnd += 1
        } else {
            hostEnd = find(host, end) { $0 == Ascii.colon }
            guard allOrEscaped(host, hostEnd, in: registeredName) else { return false }
        }
        if hostEnd == end { return true }
        return hostEnd.pointee == Ascii.colon && find(hostEnd + 1, end) { !Ascii.isDigit($0) } == end
    }

    /// What stands in square brackets: an IPv6 address, or a later version's.
    private static func isAddress(_ start: BytePointer, _ end: BytePointer) -> Bool {
        if start < end, start.pointee | 0x20 == UInt8(ascii: "v") {
            let dot = find(start, end) { $0 == Ascii.dot }
            return dot > start + 1 && end - dot >= 2 && find(start + 1, dot) { Ascii.hexValue($0) == nil } == dot
                && all(dot + 1, end, in: userInformation)
        }
        return isAddressOfVersion6(start, end)
    }

    /// Eight groups, or fewer with one `::`; the last two groups may be written as an IPv4 address.
    private static func isAddressOfVersion6(_ start: BytePointer, _ end: BytePointer) -> Bool {
        var position = start
        var groups = 0
        var compressed = false
        if end - position >= 2, position[0] == Ascii.colon, position[1] == Ascii.colon {
            compressed = true
            position += 2
        }
        while position < end {
            let groupEnd = find(position, end) { Ascii.hexValue($0) == nil }
            if groupEnd < end, groupEnd.pointee == Ascii.dot {
                guard isAddressOfVersion4(position, end) else { return false }
                groups += 2
                position = end
                break
            }
            guard groupEnd > position, groupEnd - position <= 4 else { return false }
            groups += 1
            position = groupEnd
            if position == end { break }
            guard position.pointee == Ascii.colon, end - position >= 2 else { return false }
            position += 1
            if position.pointee == Ascii.colon {
                guard !compressed else { return false }
                compressed = true
                position += 1
            }
        }
        return compressed ? groups <= 7 : groups == 8
    }

    /// Four numbers up to 255 without leading zeros.
    private static func isAddressOfVersion4(_ start: BytePointer, _ end: BytePointer) -> Bool {
        var position = start
        for part in 0..<4 {
            let partEnd = find(position, end) { !Ascii.isDigit($0) }
            guard (1...3).contains(partEnd - position), partEnd - position == 1 || position.pointee != Ascii.zero
            else { return false }
            var value = 0
            while position < partEnd {
                value = value * 10 + Int(position.pointee - Ascii.zero)
                position += 1
            }
            guard value <= 255 else { return false }
            if part == 3 { return position == end }
            guard position < end, position.pointee == Ascii.dot else { return false }
            position += 1
        }
        return false
    }
}
