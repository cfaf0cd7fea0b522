/** Signing in, and confirming the second factor, without losing what stands on the page. */

/** Leaves for the sign-in page and comes back to this address. */
export function signIn() {
  window.location.assign(`/auth/sign-in?back=${encodeURIComponent(window.location.pathname)}`);
}

/**
 * Opens the sign-in page in a window beside this one and waits until it is done. Where the browser allows no window, this page
 * leaves for it.
 */
export function signInBeside(purpose: '' | 'level=fresh' | 'factor=code' | 'factor=passkey' | 'factor=recovery-codes'): Promise<void> {
  const address = (back: string) => `/auth/sign-in?back=${encodeURIComponent(back)}${purpose && `&${purpose}`}`;
  return new Promise((done) => {
    const channel = new BroadcastChannel('wardline');
    channel.onmessage = () => {
      channel.close();
      done();
    };
    if (window.open(address('/auth/done'), 'wardline-sign-in', 'popup,width=480,height=760') === null) {
      window.location.assign(address(window.location.pathname));
    }
  });
}
