import CloudEvents
import Millrace
import MillraceCLI

struct OrderAlert: Processor {
    struct Options: ProcessorOptions {
        var channel = "#orders"
        static let keys: [OptionKey<Self>] = [.string("channel", \.channel, "Where alerts go.")]
    }
    struct Order: Codable, EventData { var id: String; var total: Double }

    static let name = "order-alert"
    static let types: [TypePattern] = ["com.example.order.placed"]
    let channel: String

    init(_ options: Options, _ context: ProcessorContext) async throws { channel = options.channel }

    func process(_ delivery: Delivery) async throws {
        let order = try delivery.data(as: Order.self)
        if order.total < 0 { throw ProcessingError.reject("negativeTotal", "total is \(order.total)") }
        print(channel, order.id)
    }
}

@main struct Main {
    static func main() async { await MillraceCommand.main(processors: .builtIn.adding(OrderAlert.self)) }
}
