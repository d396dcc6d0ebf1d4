/// Numbers as JSON writes them, whose grammar was checked.
enum JSONNumber {
    /// The whole number that the text is, or nil: with a fraction or an exponent, or too large.
    static func integer<T: FixedWidthInteger>(_ text: ByteView, as type: T.Type = T.self) -> T? {
        guard let start = text.start, text.count > 0 else { return nil }
        let isNegative = start.pointee == Ascii.minus
        // Up to 18 digits fit 64 bits in any case.
        guard text.count <= 18 else { return slowInteger(text) }
        var value: Int64 = 0
        for index in (isNegative ? 1 : 0)..<text.count {
            let digit = start[index] &- Ascii.zero
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int64(digit)
        }
        return T(exactly: isNegative ? -value : value)
    }

    @inline(never)
    private static func slowInteger<T: FixedWidthInteger>(_ text: ByteView) -> T? {
        guard text.bytes.allSatisfy({ Ascii.isDigit($0) || $0 == Ascii.minus }), text.count <= 64 else { return nil }
        return T(text.text)
    }

    /// The nearest number of the type, or nil: too large for it.
    static func floatingPoint<T: BinaryFloatingPoint & LosslessStringConvertible>(
        _ text: ByteView, as type: T.Type = T.self
    ) -> T? {
        if let whole = integer(text, as: Int32.self), whole != 0 { return T(exactly: whole) ?? T(whole) }
        guard let value = T(text.text), value.isFinite else { return nil }
        return value
    }

    /// A number with at most 15 digits and few decimals is the quotient of two numbers that a `Double` holds exactly,
    /// so that one division rounds rightly.
    static func double(_ text: ByteView) -> Double? {
        guard let start = text.start, text.count <= 16 else { return floatingPoint(text) }
        let isNegative = start.pointee == Ascii.minus
        var digits: Int64 = 0
        var decimals = 0
        var inFraction = false
        for index in (isNegative ? 1 : 0)..<text.count {
            let byte = start[index]
            if byte == Ascii.dot {
                inFraction = true
                continue
            }
            let digit = byte &- Ascii.zero
            guard digit < 10 else { return floatingPoint(text) }
            digits = digits &* 10 &+ Int64(digit)
            if inFraction { decimals += 1 }
        }
        guard digits < 1 << 53 else { return floatingPoint(text) }
        var divisor = 1.0
        for _ in 0..<decimals { divisor *= 10 }
        let value = Double(digits) / divisor
        return isNegative ? -value : value
    }
}
