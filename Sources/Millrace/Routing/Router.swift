/// Which routes take which event types: exact names, prefixes and `*`, compiled once and asked in bytes.
///
/// A set of routes is a bit mask: bit n is the n-th route of the configuration.
package final class Router: Sendable {
    private struct Exact {
        let name: [UInt8]
        let mask: UInt64
    }

    /// Open addressing; a power of two, at most half full.
    private let table: [Int32]
    private let exact: [Exact]
    private let prefixes: [Exact]
    private let everything: UInt64

    /// Compiles the patterns of each route.
    package init(_ routes: [[TypePattern]]) {
        var names: [[UInt8]: UInt64] = [:]
        var prefixes: [[UInt8]: UInt64] = [:]
        var everything: UInt64 = 0
        for (index, patterns) in routes.enumerated() {
            let bit = UInt64(1) << UInt64(index)
            for pattern in patterns {
                let bytes = Array(pattern.text.utf8)
                if bytes == [UInt8(ascii: "*")] {
                    everything |= bit
                } else if bytes.last == UInt8(ascii: "*") {
                    prefixes[Array(bytes.dropLast()), default: 0] |= bit
                } else {
                    names[bytes, default: 0] |= bit
                }
            }
        }
        // An exact name carries the masks of the prefixes that it also meets: one look-up answers for it.
        exact = names.map { name, mask in
            Exact(
                name: name, mask: prefixes.reduce(mask | everything) { name.starts(with: $1.key) ? $0 | $1.value : $0 })
        }
        self.prefixes = prefixes.map { Exact(name: $0.key, mask: $0.value) }
        self.everything = everything
        var capacity = 8
        while capacity < exact.count * 2 { capacity *= 2 }
        var table = [Int32](repeating: -1, count: capacity)
        for (index, entry) in exact.enumerated() {
            var position = entry.name.withUnsafeBytes { Self.hash($0) } & (capacity - 1)
            while table[position] >= 0 { position = (position + 1) & (capacity - 1) }
            table[position] = Int32(index)
        }
        self.table = table
    }

    /// The routes that take a type; 0: none does.
    package func routes(for type: UnsafeRawBufferPointer) -> UInt64 {
        var position = Self.hash(type) & (table.count - 1)
        while true {
            let index = table[position]
            if index < 0 { break }
            let matches = exact[Int(index)].name.withUnsafeBytes { Self.isEqual($0, type) }
            if matches { return exact[Int(index)].mask }
            position = (position + 1) & (table.count - 1)
        }
        var mask = everything
        for prefix in prefixes where prefix.name.count <= type.count {
            let head = UnsafeRawBufferPointer(rebasing: type[0..<prefix.name.count])
            if prefix.name.withUnsafeBytes({ Self.isEqual($0, head) }) { mask |= prefix.mask }
        }
        return mask
    }

    private static func isEqual(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count else { return false }
        var index = 0
        while index &+ 8 <= left.count {
            let matches =
                left.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                == right.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if !matches { return false }
            index &+= 8
        }
        while index < left.count {
            if left[index] != right[index] { return false }
            index &+= 1
        }
        return true
    }

    /// Types share long prefixes and differ at their ends: the last 16 bytes and the length decide.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> Int {
        var hash = UInt64(truncatingIfNeeded: bytes.count) &* 0x9E37_79B9_7F4A_7C15
        if bytes.count >= 16 {
            hash ^= bytes.loadUnaligned(fromByteOffset: bytes.count - 16, as: UInt64.self)
            hash = (hash ^ (hash >> 29)) &* 0xBF58_476D_1CE4_E5B9
            hash ^= bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
        } else {
            for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
        }
        hash = (hash ^ (hash >> 32)) &* 0x94D0_49BB_1331_11EB
        return Int(truncatingIfNeeded: (hash ^ (hash >> 29)) & 0x7FFF_FFFF_FFFF_FFFF)
    }
}
