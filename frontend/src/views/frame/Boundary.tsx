import { Component, type ComponentChildren } from "preact";
import { text } from "../../text/frame";
import { Button } from "../parts/Button";
import { Empty } from "../parts/Empty";

/** What breaks in a page breaks that page only. The error goes to the console, where it would have been anyway. */
export class Boundary extends Component<{ readonly children?: ComponentChildren }, { readonly isBroken: boolean }> {
  override state = { isBroken: false };

  override componentDidCatch(error: unknown): void {
    console.error(error);
    this.setState({ isBroken: true });
  }

  override render() {
    if (!this.state.isBroken) return this.props.children;
    return (
      <div role="alert">
        <Empty isPage title={text.broken.title}>
          <p>{text.broken.body}</p>
          <Button kind="main" onPress={() => location.reload()}>{text.broken.reload}</Button>
        </Empty>
      </div>
    );
  }
}
