import Millrace
import MillraceCLI
import MillraceTesting

// `millrace` with processors that do what each event says, and one that does nothing: tests and measurements start it as a
// process, and kill it.
@main struct Main {
    static func main() async {
        await MillraceCommand.main(
            processors: .builtIn.adding(DirectedProcessor.self).adding(SecondDirectedProcessor.self)
                .adding(NothingProcessor.self))
    }
}
