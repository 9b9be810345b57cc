declare module 'aes-js' {
  const aes: {
    ModeOfOperation: {
      cbc: new (
        key: Uint8Array,
        iv: Uint8Array,
      ) => {
        encrypt(bytes: Uint8Array): Uint8Array;
        decrypt(bytes: Uint8Array): Uint8Array;
      };
    };
  };
  export default aes;
}
