new BroadcastChannel('wardline').postMessage('signed-in');
window.close();
