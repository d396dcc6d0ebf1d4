import CloudEvents
import Millrace

/// A processor with options of several kinds, for tests of configuration.
struct SinkProcessor: Processor {
    struct Options: ProcessorOptions {
        var path = ""
        var limit = 10
        var token = ""
        static let keys: [OptionKey<Self>] = [
            .path("path", \.path, "Where lines go.").required(),
            .integer("limit", \.limit, in: 1...100, "Lines at once."),
            .secret("token", \.token, "What lets one in."),
        ]
    }

    static let name = "sink"
    static let summary = "Keeps events in a file."
    static let types: [TypePattern] = ["com.example.order.*"]

    init(_ options: Options, _ context: ProcessorContext) async throws {}
    func process(_ delivery: Delivery) async throws {}
}

/// A processor without options and without types of its own.
struct EveryProcessor: Processor {
    static let name = "every"
    static let types: [TypePattern] = []
    static let execution = Execution.blocking
    static let replay = ReplayPolicy.refused

    init(_ options: NoOptions, _ context: ProcessorContext) async throws {}
    func process(_ delivery: Delivery) async throws {}
}

extension ProcessorRegistry {
    static var forTests: ProcessorRegistry {
        ProcessorRegistry().adding(SinkProcessor.self).adding(EveryProcessor.self)
    }
}
