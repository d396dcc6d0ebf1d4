extension JSONScanner {
    /// Skips a value of any kind that starts at the position. `depth`: how many containers may stand within each other.
    mutating func skipValue(_ start: BytePointer, depth: Int) -> BytePointer? {
        switch peek(start) {
        case Ascii.quote: skipString(start + 1)
        case Ascii.openBrace, Ascii.openBracket: skipContainer(start, depth: depth)
        default: skipScalar(start)
        }
    }

    /// Skips an object or an array with all that is in it; `start` is its opening bracket.
    @inline(never)
    mutating func skipContainer(_ start: BytePointer, depth limit: Int) -> BytePointer? {
        var nobody = NoStringSink()
        return skipContainer(start, depth: limit, telling: &nobody)
    }

    /// The same; its strings are told of to a sink.
    @inline(never)
    mutating func skipContainer(
        _ start: BytePointer, depth limit: Int, noting tape: inout StringTape
    ) -> BytePointer? {
        var sink = TapeSink(tape: tape, base: start)
        defer { tape = sink.tape }
        return skipContainer(start, depth: limit, telling: &sink)
    }

    @inline(__always)
    private mutating func skipContainer(
        _ start: BytePointer, depth limit: Int, telling sink: inout some StringSink
    ) -> BytePointer? {
        guard limit >= 1 else { return fail(start, "more levels of nesting than allowed", kind: .tooDeep) }
        var containers = ContainerStack()
        var closing = start.pointee == Ascii.openBrace ? Ascii.closeBrace : Ascii.closeBracket
        var position = start + 1
        var byte = next(&position)
        if byte == closing { return position + 1 }
        containers.push(closing == Ascii.closeBrace)

        // Once a turn: a member's name and value, or an element; then what closes behind it. `byte` is what stands at
        // the position.
        next: while true {
            if closing == Ascii.closeBrace {
                guard byte == Ascii.quote else { return fail(position, "a member's name must be a string") }
                guard let afterName = skipString(position + 1, telling: &sink) else { return nil }
                position = afterName
                guard skipColon(&position) else { return nil }
                byte = next(&position)
            }
            if byte == Ascii.quote {
                guard let after = skipString(position + 1, telling: &sink) else { return nil }
                position = after
            } else if byte == Ascii.openBrace || byte == Ascii.openBracket {
                guard containers.depth < limit else {
                    return fail(position, "more levels of nesting than allowed", kind: .tooDeep)
                }
                let outer = closing
                closing = byte == Ascii.openBrace ? Ascii.closeBrace : Ascii.closeBracket
                position += 1
                byte = next(&position)
                if byte != closing {
                    containers.push(closing == Ascii.closeBrace)
                    continue next
                }
                closing = outer
                position += 1
            } else {
                guard let after = skipScalar(position) else { return nil }
                position = after
            }
            while true {
                byte = next(&position)
                if byte == Ascii.comma {
                    position += 1
                    byte = next(&position)
                    continue next
                }
                guard byte == closing else {
                    return fail(
                        position,
                        closing == Ascii.closeBrace
                            ? "',' or '}' must follow a member" : "',' or ']' must follow an element")
                }
                position += 1
                containers.pop()
                if containers.depth == 0 { return position }
                closing = containers.isObject ? Ascii.closeBrace : Ascii.closeBracket
            }
        }
    }

    /// Moves past the colon behind a member's name, or answers false.
    @inline(__always)
    mutating func skipColon(_ position: inout BytePointer) -> Bool {
        if peek(position) == Ascii.colon {
            position += 1
            return true
        }
        return skipDistantColon(&position)
    }

    @inline(never)
    private mutating func skipDistantColon(_ position: inout BytePointer) -> Bool {
        guard next(&position) == Ascii.colon else {
            _ = fail(position, "':' must follow a member's name")
            return false
        }
        position += 1
        return true
    }

    /// Skips a number, `true`, `false` or `null`.
    @inline(__always)
    mutating func skipScalar(_ start: BytePointer) -> BytePointer? {
        switch peek(start) {
        case UInt8(ascii: "t"): skipLiteral(start, 0x6575_7274, 4)
        case UInt8(ascii: "f"): skipLiteral(start + 1, 0x6573_6C61, 4)
        case UInt8(ascii: "n"): skipLiteral(start, 0x6C6C_756E, 4)
        case Ascii.minus, Ascii.zero...Ascii.nine: skipNumber(start)
        default: fail(start, "a value must be an object, an array, a string, a number, true, false or null")
        }
    }

    /// Skips four bytes that must be the given ones, first byte lowest.
    @inline(__always)
    private mutating func skipLiteral(_ start: BytePointer, _ word: UInt32, _ count: Int) -> BytePointer? {
        guard end - start >= 4,
            UInt32(littleEndian: UnsafeRawPointer(start).loadUnaligned(as: UInt32.self)) == word
        else { return fail(start, "a bare word must be true, false or null") }
        return start + 4
    }

    /// Skips a number: no leading zero, no plus sign, digits on both sides of a dot.
    @inline(never)
    private mutating func skipNumber(_ start: BytePointer) -> BytePointer? {
        var position = start
        if position.pointee == Ascii.minus { position += 1 }
        if peek(position) == Ascii.zero {
            position += 1
        } else {
            guard let after = skipDigits(position) else { return nil }
            position = after
        }
        if peek(position) == Ascii.dot {
            guard let after = skipDigits(position + 1) else { return nil }
            position = after
        }
        if peek(position) | 0x20 == UInt8(ascii: "e") {
            position += 1
            if peek(position) == Ascii.plus || peek(position) == Ascii.minus { position += 1 }
            guard let after = skipDigits(position) else { return nil }
            position = after
        }
        return position
    }

    @inline(__always)
    private mutating func skipDigits(_ start: BytePointer) -> BytePointer? {
        guard Ascii.isDigit(peek(start)) else { return fail(start, "a number needs a digit here") }
        var position = start + 1
        while Ascii.isDigit(peek(position)) { position += 1 }
        return position
    }
}

/// Which containers are open, one bit each: 1 an object, 0 an array. Allocates from the 65th level on.
struct ContainerStack {
    private(set) var depth = 0
    private var top: UInt64 = 0
    private var below: [UInt64] = []

    @inline(__always)
    var isObject: Bool { top & 1 == 1 }

    @inline(__always)
    mutating func push(_ isObject: Bool) {
        if depth & 63 == 0, depth > 0 { spill() }
        top = (top << 1) | (isObject ? 1 : 0)
        depth += 1
    }

    /// Must be balanced with `push`.
    @inline(__always)
    mutating func pop() {
        top >>= 1
        depth -= 1
        if depth & 63 == 0, depth > 0 { refill() }
    }

    @inline(never)
    private mutating func spill() {
        below.append(top)
        top = 0
    }

    @inline(never)
    private mutating func refill() {
        top = below.removeLast()
    }
}
