/// Where the strings of a JSON container stand, names of members included, in their order: noted while its grammar is
/// checked, so that who reads it again need not look for their ends.
///
/// Room that somebody lends; what is noted is valid as long as the room and the text are.
package struct StringTape: @unchecked Sendable {
    private var room: UnsafeMutablePointer<JSONPlace>?
    private var capacity: Int32 = 0
    private var used: Int32 = 0

    /// No room: nothing is noted.
    package init() {}

    /// Room for so many strings. A container with more is not noted at all.
    package init(_ room: UnsafeMutablePointer<JSONPlace>, capacity: Int) {
        self.room = room
        self.capacity = Int32(clamping: capacity)
    }

    /// Whether strings can be noted.
    @inline(__always)
    var hasRoom: Bool { capacity > 0 }

    /// The places noted, with offsets from the container's first byte; nil where nothing was noted.
    @inline(__always)
    var places: UnsafeBufferPointer<JSONPlace>? {
        guard used > 0, used <= capacity else { return nil }
        return UnsafeBufferPointer(start: room, count: Int(used))
    }

    @inline(__always)
    mutating func append(_ place: JSONPlace) {
        // One too many is counted, so that it shows.
        guard used < capacity, let room else {
            used = capacity &+ 1
            return
        }
        room[Int(used)] = place
        used &+= 1
    }
}

/// What is told of each string of a container while it is checked.
protocol StringSink {
    /// A string from one position up to its closing quote.
    mutating func note(_ start: BytePointer, _ end: BytePointer, isPlain: Bool)
}

/// Nobody listens.
struct NoStringSink: StringSink {
    @inline(__always)
    mutating func note(_ start: BytePointer, _ end: BytePointer, isPlain: Bool) {}
}

/// Notes the strings of a container that starts at `base`.
struct TapeSink: StringSink {
    var tape: StringTape
    let base: BytePointer

    @inline(__always)
    mutating func note(_ start: BytePointer, _ end: BytePointer, isPlain: Bool) {
        tape.append(
            JSONPlace(
                from: start - base, to: end - base,
                hasEscapes: !isPlain && UnsafeBufferPointer(start: start, count: end - start).contains(Ascii.backslash))
        )
    }
}
