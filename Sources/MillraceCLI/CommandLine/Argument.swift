/// What a command takes besides flags, for help and for counting.
public struct Argument: Sendable {
    /// What stands for it in help: `FILE`.
    public let placeholder: String
    /// What it is for: a sentence.
    public let summary: String
    let minimum: Int
    let maximum: Int

    /// Exactly one.
    public static func required(_ placeholder: String, _ summary: String) -> Argument {
        Argument(placeholder: placeholder, summary: summary, minimum: 1, maximum: 1)
    }

    /// One or none.
    public static func optional(_ placeholder: String, _ summary: String) -> Argument {
        Argument(placeholder: placeholder, summary: summary, minimum: 0, maximum: 1)
    }

    /// Any number.
    public static func repeated(_ placeholder: String, _ summary: String) -> Argument {
        Argument(placeholder: placeholder, summary: summary, minimum: 0, maximum: .max)
    }

    /// As a usage line writes it.
    var usage: String {
        switch (minimum, maximum) {
        case (1, 1): placeholder
        case (_, 1): "[\(placeholder)]"
        default: "[\(placeholder)…]"
        }
    }
}
