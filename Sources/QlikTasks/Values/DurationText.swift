import CloudEvents

/// Reads durations of ISO 8601-1 (`PnYnMnDTnHnMnS` and `PnW`) from bytes: designators in capitals and in their order, at
/// least one component, a fraction (with dot or comma) in the last one only, no sign.
enum DurationText {
    /// A duration that is written rightly.
    struct Parsed {
        /// Its length; nil if it has years or months other than zero, which are not always of one length, or if it is
        /// longer than a `Duration` can be. Digits below the attosecond are cut.
        var length: Duration?
    }

    /// The duration, or nil if the text is none.
    static func parse(_ text: ByteView) -> Parsed? {
        var parser = Parser(text)
        return parser.duration()
    }

    /// Whether the text is a duration that is written rightly: what ``parse(_:)`` finds, without its length.
    static func isValid(_ text: ByteView) -> Bool {
        guard text.count > 2, text[0] == UInt8(ascii: "P") else { return false }
        var index = 1
        // The place of the designator before: none may stand twice or before a larger one.
        var last = 0
        var isTime = false
        while index < text.count {
            if !isTime, text[index] == UInt8(ascii: "T") {
                isTime = true
                index += 1
            }
            guard skipDigits(text, &index) else { return false }
            var hasFraction = false
            if index < text.count, text[index] == UInt8(ascii: ".") || text[index] == UInt8(ascii: ",") {
                index += 1
                guard skipDigits(text, &index) else { return false }
                hasFraction = true
            }
            guard index < text.count, let place = place(of: text[index], isTime: isTime), place > last else {
                return false
            }
            index += 1
            // Nothing stands beside weeks, and nothing behind a fraction.
            if hasFraction || place == weekPlace { return index == text.count && (place != weekPlace || last == 0) }
            last = place
        }
        return true
    }

    private static let weekPlace = 3

    /// Years, months, weeks, days; hours, minutes, seconds.
    @inline(__always)
    private static func place(of designator: UInt8, isTime: Bool) -> Int? {
        switch designator {
        case UInt8(ascii: "Y"): isTime ? nil : 1
        case UInt8(ascii: "M"): isTime ? 6 : 2
        case UInt8(ascii: "W"): isTime ? nil : weekPlace
        case UInt8(ascii: "D"): isTime ? nil : 4
        case UInt8(ascii: "H"): isTime ? 5 : nil
        case UInt8(ascii: "S"): isTime ? 7 : nil
        default: nil
        }
    }

    @inline(__always)
    private static func skipDigits(_ text: ByteView, _ index: inout Int) -> Bool {
        let start = index
        while index < text.count, text[index] &- UInt8(ascii: "0") < 10 { index += 1 }
        return index > start
    }

    private struct Parser {
        private let text: UnsafeRawBufferPointer
        private var index = 0
        private var seconds: Int64? = 0
        private var attoseconds: Int64 = 0

        init(_ text: ByteView) { self.text = text.bytes }

        mutating func duration() -> Parsed? {
            guard take(UInt8(ascii: "P")) else { return nil }
            // Which component may come next: none may stand twice or before a larger one.
            var next = 0
            var inTime = false
            var isLast = false
            while index < text.count {
                if !inTime, take(UInt8(ascii: "T")) {
                    inTime = true
                    next = Self.firstOfTime
                }
                let end = inTime ? Self.designators.utf8CodeUnitCount : Self.firstOfTime
                guard !isLast, let number = number(), index < text.count,
                    let component = (next..<end).first(where: { Self.designators.utf8Start[$0] == text[index] }),
                    component != Self.week || next == 0
                else { return nil }
                index += 1
                isLast = number.hasFraction || component == Self.week
                next = component + 1
                add(number, of: Self.unit[component])
            }
            // Something stood behind P, and behind T.
            guard next > (inTime ? Self.firstOfTime : 0) else { return nil }
            return Parsed(length: seconds.map { Duration(secondsComponent: $0, attosecondsComponent: attoseconds) })
        }

        private static let week = 2
        private static let firstOfTime = 4
        private static let designators: StaticString = "YMWDHMS"
        /// Seconds of each component; nil: not always the same.
        private static let unit: [Int64?] = [nil, nil, 604_800, 86_400, 3_600, 60, 1]

        private mutating func take(_ byte: UInt8) -> Bool {
            guard index < text.count, text[index] == byte else { return false }
            index += 1
            return true
        }

        private struct Number {
            /// Nil: too large.
            var whole: Int64? = 0
            /// In billionths of billionths.
            var fraction: Int64 = 0
            var hasFraction = false
            var isZero: Bool { whole == 0 && fraction == 0 }
        }

        private mutating func number() -> Number? {
            var number = Number()
            let start = index
            while let digit = digit() { number.whole = number.whole.flatMap { Self.appending(digit, to: $0) } }
            guard index > start else { return nil }
            guard take(UInt8(ascii: ".")) || take(UInt8(ascii: ",")) else { return number }
            number.hasFraction = true
            let point = index
            var unit: Int64 = 100_000_000_000_000_000
            while let digit = digit() {
                number.fraction += digit * unit
                unit /= 10
            }
            return index > point ? number : nil
        }

        private mutating func digit() -> Int64? {
            guard index < text.count, text[index] &- UInt8(ascii: "0") < 10 else { return nil }
            defer { index += 1 }
            return Int64(text[index] - UInt8(ascii: "0"))
        }

        private static func appending(_ digit: Int64, to whole: Int64) -> Int64? {
            let (tens, overflow) = whole.multipliedReportingOverflow(by: 10)
            let (sum, second) = tens.addingReportingOverflow(digit)
            return overflow || second ? nil : sum
        }

        private mutating func add(_ number: Number, of unit: Int64?) {
            if number.isZero { return }
            guard let unit, let whole = number.whole, let sum = seconds else {
                seconds = nil
                return
            }
            let (product, overflow) = whole.multipliedReportingOverflow(by: unit)
            // Attoseconds times seconds: split by division, the product does not fit.
            let (high, low) = number.fraction.multipliedFullWidth(by: unit)
            let (carry, rest) = Self.attosecondsInSecond.dividingFullWidth((high, low))
            let (partial, second) = sum.addingReportingOverflow(product)
            let (total, third) = partial.addingReportingOverflow(carry)
            attoseconds = rest
            seconds = overflow || second || third ? nil : total
        }

        private static let attosecondsInSecond: Int64 = 1_000_000_000_000_000_000
    }
}
